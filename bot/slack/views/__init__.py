"""Pure functions from domain values to what Slack shows: messages, forms, the Home tab. Nobody else makes Slack text.

Messages (each gives a `parts.Message`; its `payload()` is what chat.postMessage takes):

- `page.page_copy(page, ask, incident, others)`: one person's copy of a page
- `war_room.war_room_card(incident, pages, alerts)`: the pinned card
- `stakeholders.stakeholder_card(incident, pages)`: the card in plain words
- `announce.announce_card(incident, pages)`, `announce.triage_card(incident)`, `announce.unmatched_alert(alert, why)`
- `declared.declared(incident, pages, same_journey)`: the declarer's one message
- `roles.roles_panel(incident, added)`, `roles.guide(incident, role, added)`
- `public_words.first_word(incident)`, `public_words.copy_block(incident, number)`
- `after.review(incident)`, `after.postmortem(incident)`
- `lists.open_list(incidents)`, `lists.show(incident, pages, alerts)`, `lists.on_call(rows)`,
  `lists.help_here(command, incident, waiting_for_you=…, hint=…)`
- `lines.told(said, buttons)`: one line for one thing that happened; `lines.refused(said, buttons)`: why not
- `lines.posted(title, text, next_at, buttons)`: frozen text; `lines.answer(title, sentences)`: explain, catch-up

Views (each gives slack_sdk's `View`):

- `home.home(my_pages, open_incidents, on_call)`
- `declare.declare_form(directory, draft, same_journey, now, meta)`, with `journey_choices`, `service_choices`
- `update.update_form(incident, form, now, every=…)`, `update.preview(incident, drafts, warnings)`,
  `update.no_change_preview(incident, drafts)`, `update.summary_form(incident, text)`
- `record.decide_form`, `record.log_form`, `record.action_form`, `record.impact_form`
- `changes.severity_form`, `changes.status_form`, `changes.resolve_form(incident, summary, still_open)`,
  `changes.reopen_form`, `changes.do_anyway_form(refused, meta)`, `changes.notice(title, *sentences)`
- `calling.page_someone_form(directory, incident)` with `target_groups`, `calling.hand_over_form(page, incident)`
- `roles.roles_modal(incident, added)`, `roles.give_role_form(incident, role, added)`

Values of buttons: page buttons carry `meta.write_page_ref` (`page:epoch:tier`), all others `meta.write_about`
(`incident` or `incident:about`), except DECLARE, whose value says where it stood. Inputs are read at
`values[Block.X][Action.VALUE]`; the menus JOURNEY, SEVERITY, SERVICE and TARGET at `Action.CHOOSE_…`, and the block
of the declaration's SEVERITY is named `severity:<journey>`. Options above 100 are asked for under those actions:
`inputs.matching` chooses, `Choice.option()` and `inputs.option_groups` make Slack's.
"""
