'use strict';

// Where in the table a call stands: { caller, callee, kind, binding, same }. kind is the callee's protocol; same says that nobody has to
// translate, because both ends speak one protocol (over HTTP: on the callee's own paths), so that errors are the callee's own. The binding "translated",
// or "translated-json", says that the caller speaks a dialect that nobody forwards.

/** Further callees of a protocol have the cases of its first one. */
const asOf = { python: 'grpc', h2: 'http' };

const calleeOf = service => {
  const [ , found ] = /(Bolt|Dubbo|Http|Apache|Ledger|Grpc|Triple|Python|H2)\w*Service$/.exec(service) || [ '', '' ];
  return asOf[found.toLowerCase()] || found.toLowerCase();
};

/** Protocols whose bodies name Java's types and say which objects are one. */
exports.isTyped = protocol => protocol === 'bolt' || protocol === 'dubbo';

/** Protocols of protobuf messages: a method has one name, text is whole UTF-8, and header values are ASCII. */
exports.isMesh = protocol => protocol === 'grpc' || protocol === 'triple';

exports.cellOf = ({ caller, service, binding, direct }) => {
  const callee = calleeOf(service);
  const kind = callee === 'apache' ? 'dubbo' : callee;
  const isForwarded = !/^translated/.test(binding);
  return { caller, callee, kind, binding, direct, same: direct || (isForwarded && caller === kind && (caller !== 'http' || binding === 'native')) };
};

/** A case's part that may depend on the cell. */
exports.inCell = (part, cell) => (typeof part === 'function' ? part(cell) : part);
