'use strict';

// Dubbo's generic invocation ($invoke, generic=true) as a provider's application method: arguments and results are plain maps, and
// an object's class travels in its "class" key, as Dubbo's PojoUtils does it.

const { javaName } = require('./contract');
const orders = require('./orders');
const { fromHessian, toHessian } = require('./values');

/** PojoUtils.realize: a map (or an enum's name) to the neutral value of the declared type. */
function realize(value, type) {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'enum': return typeof value === 'string' ? value : value.name;
    case 'decimal': return String(value.value === undefined ? value : value.value);
    case 'bigint': return value.mag ? fromHessian(value, type) : BigInt(value);
    case 'date': return value instanceof Date ? value : new Date(value);
    case 'list': return value.map(item => realize(item, type.item));
    case 'map': {
      const entries = value.$map ? [ ...value.$map ] : Object.entries(value);
      return new Map(entries.map(([ key, item ]) => [ realize(key, type.key), realize(item, type.value) ]));
    }
    case 'object': return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, realize(value[name], field) ]));
    default: return fromHessian(value, type);
  }
}

/** PojoUtils.generalize: scalars keep their Java type, objects become HashMaps with a "class" key, enums their name. */
function generalize(value, type) {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'enum': return value;
    case 'list': return value.map(item => generalize(item, type.item));
    case 'map': return new Map([ ...value ].map(([ key, item ]) => [ toHessian(key, type.key), generalize(item, type.value) ]));
    case 'object':
      return new Map([ [ 'class', type.name ], ...type.fields.map(([ name, field ]) => [ name, generalize(value[name], field) ]) ]);
    default: return toHessian(value, type);
  }
}

exports.realize = realize;

/** The method that a consumer calls, and its three arguments for a call of the given method. */
exports.method = { name: '$invoke', parameters: [], returns: { kind: 'void' } };

exports.values = (method, args) => [
  { $class: 'java.lang.String', $: method.name },
  { $class: '[java.lang.String', $: method.parameters.map(([ , type ]) => javaName(type)) },
  { $class: '[java.lang.Object', $: method.parameters.map(([ name, type ]) => generalize(args[name], type)) },
];

exports.invoke = async (service, methodName, values, metadata) => {
  const method = service.methods[methodName];
  if (!method) throw new Error(`Can not find method: ${service.name}#${methodName}()`);
  const named = {};
  method.parameters.forEach(([ name, type ], i) => { named[name] = realize(values[i], type); });
  try {
    const result = generalize(await orders.methods[methodName](named, metadata), method.returns);
    return result === null ? { $class: 'java.lang.Object', $: null } : result;
  } catch (error) {
    if (!(error instanceof orders.OrderFailure)) throw error;
    // What Dubbo 2.7's GenericFilter makes of a service's exception.
    const thrown = orders.throwable({ className: 'com.alibaba.dubbo.rpc.service.GenericException', message: error.message, code: null });
    thrown.$.exceptionClass = error.className;
    thrown.$.exceptionMessage = error.message;
    return thrown;
  }
};
