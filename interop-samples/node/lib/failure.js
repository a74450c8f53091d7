'use strict';

const { field, plain, textOf } = require('./typed-reader');

/** { class, message } of a Throwable's cause; null where there is none, which Java also writes as the Throwable itself. */
function causeOf(thrown) {
  const cause = field(thrown, 'cause');
  return cause && cause.t === 'object' ? { class: cause.class, message: textOf(field(cause, 'detailMessage')) } : null;
}

/**
 * What a call's failure says: the library's name and message, and from the typed reply the Java class, its message and its public
 * fields (the libraries drop fields that a JavaScript Error does not have).
 */
exports.failureOf = (error, typed) => {
  const failure = { name: error.name, message: error.message, class: null, fields: {}, cause: null };
  if (typed && typed.status !== undefined) failure.status = typed.status;
  const thrown = typed && typed.result && typed.result.t === 'object' ? typed.result : null;
  if (thrown && field(thrown, 'stackTrace')) {
    failure.class = thrown.class;
    failure.message = textOf(field(thrown, 'detailMessage')) || failure.message;
    failure.cause = causeOf(thrown);
    const internal = new Set([ 'detailMessage', 'cause', 'stackTrace', 'suppressedExceptions' ]);
    for (const [ name, value ] of thrown.fields) {
      if (!internal.has(name)) failure.fields[name] = plain(value);
    }
  }
  return failure;
};
