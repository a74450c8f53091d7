'use strict';

// The contract's HTTP bindings: { verb, path: "/sums/{left}/{right}", query: [..], header: [..], form: [..], body: name }.

const json = require('./lossless-json');
const { fromJson } = require('./values');

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

function scalar(text, type) {
  if (text === null || text === undefined) return null;
  try {
    return fromJson(text, type);
  } catch (error) {
    throw new Unacceptable(400, `Failed to convert '${text}' to ${type.kind}`);
  }
}

function bodyValue(request, body, type) {
  const contentType = (request.headers['content-type'] || 'application/json').split(';')[0].trim().toLowerCase();
  if (contentType === 'application/json' || contentType.endsWith('+json')) {
    try {
      return fromJson(json.parse(body.toString('utf8')), type);
    } catch (error) {
      throw new Unacceptable(400, `JSON parse error: ${error.message}`);
    }
  }
  if (type.kind === 'bytes') return body;
  if (type.kind === 'string') return body.toString('utf8');
  throw new Unacceptable(415, `Content-Type '${contentType}' is not supported`);
}

class Routes {
  constructor(service) {
    this.list = Object.values(service.methods).map(method => ({ method, ...pattern(service.prefix + method.http.path) }));
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
    const named = {};
    for (const [ name, type ] of method.parameters) {
      const position = names.indexOf(name);
      if (position >= 0) named[name] = scalar(values[position], type);
      else if (method.http.body === name) named[name] = bodyValue(request, body, type);
      else if ((method.http.form || []).includes(name)) named[name] = scalar(form.get(name), type);
      else if ((method.http.header || []).includes(name)) named[name] = scalar(request.headers[name.toLowerCase()], type);
      else named[name] = scalar(query.get(name), type);
    }
    return named;
  }
}

module.exports = { Routes, Unacceptable };
