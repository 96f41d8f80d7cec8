// What this tab knows: the people, the channels, and where the reader stands. Others read it; main.js fills it.

export const store = {
  me: null,
  people: new Map(),
  channels: [],
  dms: [],
  groups: new Map(),
  commands: [],
  shortcuts: [],
  bot: null,
  welcome: null,
  skew: 0,
  /** Which workspace this is: a Slack that is started anew gives the same ids to other things. */
  born: null,
  /** Where the reader stands: a channel or direct message, the thread beside it, and the app's tab. */
  place: { channel: null, thread: null, tab: "messages" },
};

export function take(state) {
  store.me = state.me;
  store.people = new Map(state.people.map((each) => [each.id, { ...each }]));
  store.channels = state.channels;
  store.dms = state.dms;
  store.groups = new Map((state.groups || []).map((each) => [each.id, each]));
  store.commands = state.commands || [];
  store.shortcuts = state.shortcuts || [];
  store.bot = state.bot;
  store.welcome = state.welcome || null;
  store.born = state.born;
  store.skew = state.now - Date.now() / 1000;
  const app = state.bot && store.people.get(state.bot.user_id);
  if (app) Object.assign(app, { real_name: state.bot.name, colour: state.bot.color || "#7a1f2b", is_bot: true });
}

/** Slack's clock now, in unix seconds. */
export const now = () => Date.now() / 1000 + store.skew;

export const person = (id) => store.people.get(id) || { id, name: id, real_name: id };
export const shownName = (id) => person(id).real_name || person(id).name;
export const channelById = (id) => store.channels.find((each) => each.id === id) || null;
export const dmById = (id) => store.dms.find((each) => each.id === id) || null;
export const appDm = () => store.dms.find((each) => store.bot && each.user === store.bot.user_id) || null;
export const inAppDm = () => appDm()?.id === store.place.channel;

/** What a channel or direct message is called, without its sign. */
export function placeName(id) {
  const channel = channelById(id);
  if (channel) return channel.name;
  const dm = dmById(id);
  return dm ? shownName(dm.user) : id;
}

/** A place as the address of a page may name it, by its id or its name, and still after Slack was started anew. */
export function placeAsked(asked) {
  const channel = store.channels.find((each) => asked === each.id || asked === each.name);
  return (channel || store.dms.find((each) => asked === each.id || asked === person(each.user).name))?.id || null;
}

/** The lasting name of a place, for `placeAsked`. */
export const lastingName = (id) => channelById(id)?.name || person(dmById(id)?.user).name || "";
