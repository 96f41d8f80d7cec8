"""Small payloads of Block Kit for the validator's tests: each is right until a test bends it."""

Json = dict[str, object]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str = "Words") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "one", text: str = "One", **more: object) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"v{index}", f"Option {index}") for index in range(count)]


def section(**more: object) -> Json:
    return {"type": "section", **more}


def beside(element: Json) -> Json:
    return section(text=marked(), accessory=element)


def button(**more: object) -> Json:
    return {"type": "button", "text": plain("Acknowledge"), "action_id": "ack", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asked(element: Json, **more: object) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def element(kind: str, **more: object) -> Json:
    return {"type": kind, "action_id": "a", **more}


def confirm(**more: object) -> Json:
    return {"title": plain(), "text": marked(), "confirm": plain("Yes"), "deny": plain("No"), **more}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def table(rows: int = 2, cells: int = 2) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}] * cells] * rows}


def message(*blocks: Json) -> Json:
    return {"text": "In words", "blocks": list(blocks)}
