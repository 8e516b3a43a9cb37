/** What a person has entered in a modal or a home tab, and what they do in it; a host of blocks. */

export class Form {
  constructor(session, view) {
    this.session = session;
    this.view = view;
    this.errors = {};
    this.values = structuredClone(view.state?.values ?? {});
    this.channel = session.channel;
  }

  get names() {
    return this.session.names;
  }

  get t() {
    return this.session.t;
  }

  /** The app has changed it: what was entered stays where its element stays. */
  update(view) {
    this.view = view;
    this.errors = {};
  }

  given(blockId, actionId) {
    return this.values[blockId]?.[actionId];
  }

  enter(blockId, actionId, given) {
    this.values[blockId] = { ...this.values[blockId], [actionId]: given };
  }

  act(action) {
    return this.session.do("click", { ...action, view_id: this.view.id, values: this.values });
  }

  /** Resolves to the complaints by block id; raises ActFailed. */
  async submit() {
    const { errors = {} } = await this.session.attempt("submit_view", { view_id: this.view.id, values: this.values });
    this.errors = errors;
    return errors;
  }
}

/** Where in `node` the person is, to come back to after it is drawn anew. */
export function focusIn(node) {
  const at = document.activeElement;
  if (!at || !node.contains(at)) return () => {};
  const block = at.closest("[data-block-id]")?.dataset.blockId;
  const action = at.closest("[data-action]")?.dataset.action;
  const [from, to] = typeof at.selectionStart === "number" ? [at.selectionStart, at.selectionEnd] : [null, null];
  return (anew) => {
    const blocks = [...anew.querySelectorAll("[data-block-id]")].filter((each) => each.dataset.blockId === block);
    const found = blocks.flatMap((each) => [...each.querySelectorAll("[data-action]")]).find((each) => each.dataset.action === action);
    found?.focus();
    if (from !== null && found?.setSelectionRange && found.type !== "number") found.setSelectionRange(from, to);
  };
}
