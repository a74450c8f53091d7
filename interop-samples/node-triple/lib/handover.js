'use strict';

/** One item at a time from who makes them to who takes them. */
class Handover {
  put(item) {
    if (this.stopped) return undefined;
    return new Promise(resolve => {
      this.item = { item, taken: resolve };
      if (this.wake) this.wake();
    });
  }

  end(error) {
    this.ended = { error };
    if (this.wake) this.wake();
  }

  stop() {
    this.stopped = true;
    if (this.item) this.item.taken();
  }

  async *items() {
    for (;;) {
      if (!this.item && !this.ended) await new Promise(resolve => { this.wake = resolve; });
      const { item, ended } = this;
      if (!item && ended.error) throw ended.error;
      if (!item) return;
      this.item = undefined;
      yield item.item;
      item.taken();
    }
  }
}

module.exports = { Handover };
