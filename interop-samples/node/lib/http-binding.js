'use strict';

// One call as an HTTP request { verb, path, headers, body }, by the contract's binding or by the canonical one.

const json = require('./lossless-json');
const { JsonNumber } = json;
const { inMembers } = require('./http-routes');
const { toJson } = require('./values');

const unsafe = text => !Number.isSafeInteger(Number(text)) || /[.eE]/.test(text);

/** Numbers beyond what JavaScript holds exactly as strings, which is what a browser caller must send. */
function guarded(value, type) {
  if (value === null || value === undefined) return null;
  if (value instanceof JsonNumber) {
    const exact = type.kind === 'decimal' || ((type.kind === 'long' || type.kind === 'bigint') && unsafe(value.text));
    return exact ? value.text : value;
  }
  if (type.kind === 'list') return value.map(item => guarded(item, type.item));
  if (type.kind === 'map') return Object.fromEntries(Object.entries(value).map(([ key, item ]) => [ key, guarded(item, type.value) ]));
  if (type.kind === 'object') return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, guarded(value[name], field) ]));
  return value;
}

function text(value, type) {
  const converted = toJson(value, type);
  return converted instanceof JsonNumber ? converted.text : String(converted);
}

/** An object of named arguments; those that args does not have are left out. */
function members(method, args) {
  const body = {};
  for (const [ name, type ] of method.parameters) if (name in args) body[name] = guarded(toJson(args[name], type), type);
  return json.stringify(body);
}

function canonical({ service, method, args, headers }) {
  return {
    verb: 'POST', path: `/${service.name}/${method.name}`, headers: { ...headers, 'content-type': 'application/json' }, body: members(method, args),
  };
}

function native({ service, method, args, headers }) {
  const binding = method.http || { verb: 'GET', path: `/${method.name}` };
  const types = Object.fromEntries(method.parameters);
  const path = binding.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(text(args[name], types[name])));
  const query = new URLSearchParams();
  for (const name of binding.query || []) {
    if (args[name] !== null && args[name] !== undefined) query.set(name, text(args[name], types[name]));
  }
  const request = { verb: binding.verb, path: service.prefix + path + (query.toString() ? `?${query}` : ''), headers: { ...headers } };
  if (binding.body) {
    request.headers['content-type'] = 'application/json';
    request.body = json.stringify(toJson(args[binding.body], types[binding.body]));
  } else if (inMembers({ http: binding })) {
    request.headers['content-type'] = 'application/json';
    request.body = members(method, args);
  } else if (binding.form) {
    const form = new URLSearchParams();
    for (const name of binding.form) {
      if (args[name] !== null && args[name] !== undefined) form.set(name, text(args[name], types[name]));
    }
    request.headers['content-type'] = 'application/x-www-form-urlencoded';
    request.body = form.toString();
  }
  return request;
}

/** The same JSON with every object's keys in the opposite order. */
function withReversedKeys(body) {
  const reverse = value => {
    if (Array.isArray(value)) return value.map(reverse);
    if (value === null || typeof value !== 'object' || value instanceof JsonNumber) return value;
    return Object.fromEntries(Object.entries(value).reverse().map(([ key, item ]) => [ key, reverse(item) ]));
  };
  return json.stringify(reverse(json.parse(body)));
}

exports.bind = ({ binding, service, method, args, metadata, reversed }) => {
  const headers = { accept: 'application/json', ...metadata };
  const request = (binding === 'canonical' ? canonical : native)({ service, method, args, headers });
  return reversed ? { ...request, body: withReversedKeys(request.body) } : request;
};
