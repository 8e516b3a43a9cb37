/** The messages of one channel or one thread, kept up with what happens. */

import { readMessages } from "./api.js";

const PAGE = 100;

export class Timeline {
  /** `thread` is the ts of a thread's root, "" for a channel without its replies. */
  constructor(user, channel, thread = "") {
    Object.assign(this, { user, channel, thread });
    this.hasOlder = false;
    this.loaded = false;
    this._byTs = new Map();
    this._meanwhile = null;
  }

  /** Oldest first. */
  get messages() {
    return [...this._byTs.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  /** Reads it anew; what the feed brings meanwhile is newer than the answer and wins. */
  async load() {
    this._meanwhile = [];
    const found = await readMessages(this.user, this._where());
    const oldest = found[0]?.ts ?? "";
    const kept = this.messages.filter((message) => found.length === PAGE && message.ts < oldest);
    this._byTs = new Map([...kept, ...found].map((message) => [message.ts, message]));
    if (!this.loaded) this.hasOlder = found.length === PAGE;
    this.loaded = true;
    const meanwhile = this._meanwhile;
    this._meanwhile = null;
    for (const apply of meanwhile) apply();
  }

  async loadOlder() {
    const found = await readMessages(this.user, { ...this._where(), before: this.messages[0]?.ts });
    for (const message of found) this._byTs.set(message.ts, message);
    this.hasOlder = found.length === PAGE;
  }

  /** Whether it belongs here. */
  put(channel, message) {
    if (channel !== this.channel || !this._holds(message)) return false;
    this._apply(() => this._byTs.set(message.ts, message));
    return true;
  }

  remove(channel, ts) {
    if (channel !== this.channel) return false;
    const known = this._byTs.has(ts);
    this._apply(() => this._byTs.delete(ts));
    return known;
  }

  _apply(change) {
    this._meanwhile?.push(change);
    change();
  }

  _holds(message) {
    if (this.thread) return this.thread === message.ts || this.thread === message.thread_ts;
    return !message.thread_ts || message.thread_ts === message.ts;
  }

  _where() {
    return { channel: this.channel, thread_ts: this.thread, limit: PAGE };
  }
}
