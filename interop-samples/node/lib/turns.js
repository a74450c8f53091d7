'use strict';

/** Lets the sender go on once for each reply, and once to begin with. */
class Turns {
  constructor() { this.left = 1; }

  mine() {
    if (this.left > 0) {
      this.left--;
      return undefined;
    }
    return new Promise(resolve => { this.go = resolve; });
  }

  yours() {
    if (this.go) this.go();
    else this.left++;
    this.go = undefined;
  }
}

module.exports = { Turns };
