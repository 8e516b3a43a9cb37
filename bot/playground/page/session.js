/** One person at the page: where they are, what they see there, and what the workspace tells of it. */

import { act, ActFailed, listen, readState, readViews } from "./api.js";
import { Directory } from "./directory.js";
import { soon } from "./dom.js";
import { Timeline } from "./timeline.js";

/** Told of: names, place, messages, thread, modal, home, status, link, problem. */
export class Session {
  constructor(state) {
    this.names = new Directory(state);
    this.user = state.me.id;
    this.channel = "";
    this.tab = "messages";
    this.timeline = null;
    this.thread = null;
    this.modal = null;
    this.home = null;
    this.statuses = new Map();
    this._listeners = new Map();
    this._readSoon = soon(() => this._quietly(() => this._readState()), 200);
    this._markSoon = soon(() => this._quietly(() => this._mark()), 200);
  }

  static async start(user) {
    return new Session(await readState(user));
  }

  get t() {
    return this.names.t;
  }

  get place() {
    return this.names.conversations.get(this.channel);
  }

  on(topic, hear) {
    this._listeners.set(topic, [...(this._listeners.get(topic) ?? []), hear]);
  }

  _tell(topic, detail) {
    for (const hear of this._listeners.get(topic) ?? []) hear(detail);
  }

  listen() {
    this._feed = listen(
      this.user,
      (name, data) => this._hear(name, data),
      (up) => {
        this._tell("link", up);
        // Whatever happened while nobody listened, the first moments of the page included.
        if (up) this._quietly(() => this.refresh());
      },
    );
    this._onSeen = () => document.visibilityState === "visible" && this._markSoon();
    document.addEventListener("visibilitychange", this._onSeen);
  }

  close() {
    this._feed?.close();
    document.removeEventListener("visibilitychange", this._onSeen);
    this._listeners.clear();
  }

  /** Does what a person does; what goes wrong is told as a problem. Resolves to the answer, or null. */
  async do(deed, fields = {}) {
    try {
      const answer = await act(this.user, deed, fields);
      if (answer.acknowledged === false && deed !== "command") this._tell("problem", this.t("noAnswer"));
      return answer;
    } catch (error) {
      this._tell("problem", this.explain(error));
      return null;
    }
  }

  /** As `do`, but raises ActFailed, for a form that shows it in its own place. */
  attempt(deed, fields = {}) {
    return act(this.user, deed, fields);
  }

  explain(error) {
    return (error instanceof ActFailed && error.message) || this.t("failed");
  }

  /** Go to a channel and, where `thread` is given, open that thread beside it. */
  go(channel, { thread = "", tab = "messages" } = {}) {
    const moved = channel !== this.channel || tab !== this.tab;
    this.tab = tab;
    if (channel !== this.channel) {
      this.channel = channel;
      this.timeline = new Timeline(this.user, channel);
      this._load(this.timeline, "messages");
    }
    if (thread !== (this.thread?.thread ?? "") || this.thread?.channel !== channel) {
      this.thread = thread ? new Timeline(this.user, channel, thread) : null;
      if (this.thread) this._load(this.thread, "thread");
    }
    const place = this.place;
    if (place) place.unread = 0;
    this._tell("place");
    if (moved && this.names.isWithApp(place)) this.do("open_home", { tab });
  }

  async older(timeline) {
    await this._quietly(() => timeline.loadOlder());
    this._tell(timeline === this.thread ? "thread" : "messages");
  }

  async refresh() {
    const [views] = await Promise.all([readViews(this.user), this._readState()]);
    this._show(views);
    const open = [this.timeline && this._load(this.timeline, "messages"), this.thread && this._load(this.thread, "thread")];
    await Promise.all(open);
  }

  async _load(timeline, topic) {
    await this._quietly(() => timeline.load());
    if (timeline === this.timeline || timeline === this.thread) this._tell(topic);
  }

  async _quietly(work) {
    try {
      await work();
    } catch (error) {
      this._tell("problem", this.explain(error));
    }
  }

  async _readState() {
    this.names = new Directory(await readState(this.user));
    if (this.place && document.visibilityState === "visible") this.place.unread = 0;
    this._tell("names");
  }

  _show({ modal, home }) {
    this.modal = modal;
    this.home = home;
    this._tell("modal");
    this._tell("home");
  }

  _hear(name, data) {
    switch (name) {
      case "message":
        return this._hearMessage(data.channel, data.message);
      case "deleted":
        if (this.timeline?.remove(data.channel, data.ts)) this._tell("messages");
        if (this.thread?.remove(data.channel, data.ts)) this._tell("thread");
        return this._readSoon();
      case "view":
        return this._show({ modal: data.modal, home: this.home });
      case "home":
        return this._show({ modal: this.modal, home: data.home });
      case "status":
        this.statuses.set(`${data.channel}/${data.thread_ts}`, data.status);
        return this._tell("status");
      default:
        return this._quietly(() => this.refresh());
    }
  }

  _hearMessage(channel, message) {
    if (this.timeline?.put(channel, message)) this._tell("messages", message);
    if (this.thread?.put(channel, message)) this._tell("thread", message);
    if (channel !== this.channel || document.visibilityState !== "visible") this._readSoon();
    else this._markSoon();
  }

  async _mark() {
    if (!this.channel) return;
    await act(this.user, "mark", { channel: this.channel });
    if (this.place) this.place.unread = 0;
    this._tell("names");
  }
}
