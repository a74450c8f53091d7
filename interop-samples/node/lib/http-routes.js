'use strict';

// The contract's HTTP bindings: { verb, path: "/sums/{left}/{right}", query: [..], header: [..], form: [..], body: name }.

const json = require('./lossless-json');
const { fromJson, primitives } = require('./values');

/** A request that the service refuses, with the HTTP status that Spring answers. */
class Unacceptable extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function pattern(path) {
  const names = [];
  const source = path.replace(/\{(\w+)\}/g, (_, name) => {
    names.push(name);
    return '([^/]+)';
  });
  return { regex: new RegExp(`^${source}$`), names };
}

function scalar(text, type, name) {
  if (text === null || text === undefined) {
    if (!primitives.has(type.kind)) return null;
    throw new Unacceptable(400, `Required request parameter '${name}' for method parameter type ${type.kind} is not present`);
  }
  try {
    return fromJson(text, type);
  } catch (error) {
    throw new Unacceptable(400, `Failed to convert '${text}' to ${type.kind}`);
  }
}

function checked(read) {
  try {
    return read();
  } catch (error) {
    throw error instanceof Unacceptable ? error : new Unacceptable(400, `JSON parse error: ${error.message}`);
  }
}

const parsed = body => checked(() => json.parse(body.toString('utf8')));

/** A method whose binding names no place for its parameters takes them as members of one JSON object. */
const inMembers = ({ http }) => !http.body && !http.form && !http.query && http.verb === 'POST' && !http.path.includes('{');

function bodyValue(request, body, type) {
  const contentType = (request.headers['content-type'] || 'application/json').split(';')[0].trim().toLowerCase();
  if (contentType === 'application/json' || contentType.endsWith('+json')) {
    return checked(() => fromJson(parsed(body), type));
  }
  if (type.kind === 'bytes') return body;
  if (type.kind === 'string') return body.toString('utf8');
  throw new Unacceptable(415, `Content-Type '${contentType}' is not supported`);
}

class Routes {
  constructor(services) {
    this.list = services.flatMap(service =>
      Object.values(service.methods).map(method => ({ service, method, ...pattern(service.prefix + method.http.path) })));
  }

  /** { method, names, values } | { method: undefined } when only the verb is wrong | undefined */
  match(verb, path) {
    let wrongVerb;
    for (const route of this.list) {
      const found = route.regex.exec(path);
      if (!found) continue;
      if (route.method.http.verb === verb) return { ...route, values: found.slice(1).map(decodeURIComponent) };
      wrongVerb = { method: undefined };
    }
    return wrongVerb;
  }

  /** The named arguments of a matched request, as neutral values. */
  arguments({ method, names, values }, request, body) {
    const query = new URL(request.url, 'http://service').searchParams;
    const form = new URLSearchParams(method.http.form ? body.toString('utf8') : '');
    const members = inMembers(method) ? parsed(body) : null;
    const named = {};
    for (const [ name, type ] of method.parameters) {
      const position = names.indexOf(name);
      if (position >= 0) named[name] = scalar(values[position], type, name);
      else if (method.http.body === name) named[name] = bodyValue(request, body, type);
      else if ((method.http.form || []).includes(name)) named[name] = scalar(form.get(name), type, name);
      else if ((method.http.header || []).includes(name)) named[name] = scalar(request.headers[name.toLowerCase()], type, name);
      else if (members) named[name] = fromJson(members[name], type);
      else named[name] = scalar(query.get(name), type, name);
    }
    return named;
  }
}

module.exports = { Routes, Unacceptable, inMembers };
