'use strict';

// What the witness of a gRPC or Triple service says of a request's bytes: the arguments in canonical form, and how many bytes the schema does not explain.

const { canonical } = require('./values');

exports.viewMessage = (bytes, method, { request, known }) => {
  const values = request.decode(bytes);
  return {
    values: Object.fromEntries(method.parameters.map(([ name, type ]) => [ name, canonical(values[name], type) ])),
    unknownBytes: bytes.length - known(bytes).length,
  };
};
