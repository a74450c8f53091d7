'use strict';

// Which objects are one and the same, as the wire must say it: a neutral value, written by hessian.js with its references, in the same
// normal view as what was received (normal-view.js).

const hessian = require('hessian.js');
const { normal } = require('./normal-view');
const { FinalReader } = require('./typed-reader');
const { toHessian } = require('./values');

/** Values that share one table of references, as the arguments of a call do. */
exports.identityOf = (values, types) => {
  const memo = new Map();
  const list = new FinalReader(hessian.encode(values.map((value, i) => toHessian(value, types[i], memo)), '2.0')).read();
  return normal(list.items, { acrossDialects: true });
};

exports.sameIdentity = (views, expected, path) => {
  const seen = normal(views, { acrossDialects: true });
  return seen === expected ? undefined : `${path} is ${seen.slice(0, 400)}, not ${expected.slice(0, 400)}`;
};
