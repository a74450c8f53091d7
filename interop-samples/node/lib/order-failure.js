'use strict';

/** An exception that a service throws on purpose, as a Java class with its fields. */
class OrderFailure extends Error {
  /** className: the Java exception class; fields: its own public ones; declared: whether the service's interface declares it. */
  constructor(className, message, { fields = {}, declared = false, cause = null } = {}) {
    super(message);
    this.className = className;
    this.fields = fields;
    this.declared = declared;
    this.because = cause;
  }
}

exports.OrderFailure = OrderFailure;
