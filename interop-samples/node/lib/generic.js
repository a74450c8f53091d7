'use strict';

// Dubbo's generic invocation ($invoke) as a provider's application method and as its consumer makes it. generic=true: arguments and
// results are plain maps, and an object's class travels in its "class" key, as Dubbo's PojoUtils does it; the other modes are below.

const { fromBean, toBean } = require('./bean-descriptor');
const { chooseOverload, javaName, overloads } = require('./contract');
const json = require('./lossless-json');
const orders = require('./orders');
const { fromHessian, fromJson, toHessian, toJson } = require('./values');

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

/** The method that a consumer calls. */
exports.method = { key: '$invoke', name: '$invoke', parameters: [], returns: { kind: 'void' } };

/** How an argument or a result goes in each mode of the attachment "generic": by maps, by descriptors, as JSON, or as it is. */
const argumentForms = {
  true: { write: generalize, read: realize },
  'raw.return': { write: generalize, read: realize },
  bean: { write: toBean, read: fromBean },
  gson: { write: (value, type) => json.stringify(toJson(value, type)), read: (text, type) => fromJson(json.parse(text), type) },
};
const resultForms = {
  true: argumentForms.true,
  gson: argumentForms.true, // Dubbo 2.7.23 and 3.2.16 read gson arguments and answer with maps
  bean: argumentForms.bean,
  'raw.return': { write: toHessian, read: fromHessian },
};

/** The three arguments of $invoke for a call of the given method. */
exports.values = (method, args, mode = 'true') => [
  { $class: 'java.lang.String', $: method.name },
  { $class: '[java.lang.String', $: method.parameters.map(([ , type ]) => javaName(type)) },
  { $class: '[java.lang.Object', $: method.parameters.map(([ name, type ]) => argumentForms[mode].write(args[name], type)) },
];

/** A result that came back, as a neutral value. */
exports.result = (raw, type, mode = 'true') => resultForms[mode].read(raw, type);

exports.invoke = async (service, methodName, types, values, metadata) => {
  const candidates = overloads(service)[methodName];
  if (!candidates) throw new Error(`Can not find method: ${service.name}#${methodName}()`);
  const method = types ? chooseOverload(candidates, types) : candidates[0];
  const mode = metadata('generic') || 'true';
  const named = {};
  method.parameters.forEach(([ name, type ], i) => { named[name] = argumentForms[mode].read(values[i], type); });
  try {
    const result = resultForms[mode].write(await orders.methods[method.key](named, metadata), method.returns);
    return result === null ? { $class: 'java.lang.Object', $: null } : result;
  } catch (error) {
    if (!(error instanceof orders.OrderFailure)) throw error;
    // What Dubbo 2.7's GenericFilter makes of a service's exception.
    const thrown = orders.throwable({ className: 'com.alibaba.dubbo.rpc.service.GenericException', message: error.message, fields: {} });
    thrown.$.exceptionClass = error.className;
    thrown.$.exceptionMessage = error.message;
    return thrown;
  }
};
