'use strict';

// java.math.BigInteger as Hessian carries it: its Java fields. mag is the magnitude in big-endian 32-bit words; the *PlusOne and
// *PlusTwo fields are caches that a JDK 8+ class has and that a reader recomputes, so zero is always right.

function words(value) {
  const magnitude = value < 0n ? -value : value;
  const result = [];
  for (let rest = magnitude; rest > 0n; rest >>= 32n) result.unshift(Number(BigInt.asIntN(32, rest)));
  return result;
}

exports.fields = value => ({
  signum: value === 0n ? 0 : value < 0n ? -1 : 1,
  bitCountPlusOne: 0,
  bitLengthPlusOne: 0,
  lowestSetBitPlusTwo: 0,
  firstNonzeroIntNumPlusTwo: 0,
  mag: { $class: '[int', $: words(value) },
});

exports.fromFields = (signum, mag) => {
  let result = 0n;
  for (const word of mag) result = (result << 32n) | BigInt.asUintN(32, BigInt(word));
  return signum < 0 ? -result : result;
};
