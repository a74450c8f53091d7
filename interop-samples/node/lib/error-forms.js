'use strict';

// How each caller is told of a failure by whoever stands between it and a callee of another protocol: the HTTP status and type, the
// Dubbo status and result flag, the Bolt status and what its SofaResponse says. Sources: RFC 9457, Dubbo's Response and SOFABolt's
// ResponseStatus, and what the recorded Java servers answer (tests/golden); the ledger protocol says neutral statuses by name.

const thrown = { http: { status: 500 }, grpc: { status: 2 }, dubbo: { status: 20, flags: [ 0, 3 ] }, bolt: { status: 0, thrown: true } };

const forms = {
  declared: { ...thrown, http: { status: 422 } },
  undeclared: thrown,
  unimplemented: { http: { status: 404, type: 'unimplemented' }, dubbo: { status: 60 }, bolt: { status: 0, isError: true }, grpc: { status: 12 }, ledger: { status: 'Unimplemented' } },
  invalid: { http: { status: 400, type: 'invalid-argument' }, dubbo: { status: 40 }, bolt: { status: 18 }, grpc: { status: 3 }, ledger: { status: 'InvalidArgument' } },
  // Dubbo's and SOFARPC's clients call again after their codes for it: who may have run the call says so in another form.
  expired: { http: { status: 504, type: 'deadline-exceeded' }, dubbo: thrown.dubbo, bolt: { status: 2 }, grpc: { status: 4 } },
  'request-too-large': { http: { status: 413, type: 'request-too-large' }, dubbo: { status: 40 }, bolt: { status: 18 }, grpc: { status: 8 } },
  // The callee has run the call: Dubbo's failover would make it again after status 50, but not after an exception.
  'reply-too-large': { http: { status: 413, type: 'reply-too-large' }, dubbo: thrown.dubbo, bolt: { status: 17 }, grpc: { status: 8 } },
};

/** Triple's codes are gRPC's. */
function mismatch(kind, error, typed, form) {
  const wanted = forms[form][kind === 'triple' ? 'grpc' : kind];
  if (error.status !== wanted.status) return `status is ${error.status}, not ${wanted.status} (${form})`;
  if (wanted.type && error.class !== `urn:bridgemesh:${wanted.type}`) return `type is ${error.class}, not ${wanted.type}`;
  if (wanted.flags && !wanted.flags.includes(typed.resultFlag)) return `result flag is ${typed.resultFlag}`;
  if (wanted.isError && !typed.isError) return 'isError is not set';
  if (wanted.thrown) {
    if ((typed.header || {}).sofa_head_response_error !== 'true') return 'the header sofa_head_response_error is missing';
    if (typed.isError) return 'isError is set for an exception';
  }
  return undefined;
}

/** form: one name, or several of which any will do. */
exports.checkForm = (kind, error, typed, form) => {
  const found = [ form ].flat().map(one => mismatch(kind, error, typed || {}, one));
  return found.includes(undefined) ? undefined : found[0];
};
