'use strict';

// java.util.UUID on the wire: sofa-hessian writes its two longs, hessian-lite its text.

/** The text of a UUID from its typed fields, in whichever of the two forms. */
exports.ofFields = ({ value, mostSigBits, leastSigBits }) => {
  if (value) return value.v;
  const hex = [ mostSigBits, leastSigBits ].map(half => BigInt.asUintN(64, BigInt(half.v)).toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
