'use strict';

// JSON whose numbers keep their text: JSON.parse would turn 9007199254740993 into ...992 and 12345678901234567890.10 into 1.2e19.

class JsonNumber {
  constructor(text) { this.text = text; }
}

class Parser {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  fail(what) { throw new SyntaxError(`${what} at offset ${this.at}`); }

  space() {
    while (' \t\r\n'.includes(this.text[this.at]) && this.at < this.text.length) this.at++;
  }

  expect(token) {
    if (!this.text.startsWith(token, this.at)) this.fail(`expected ${token}`);
    this.at += token.length;
  }

  value() {
    this.space();
    const c = this.text[this.at];
    if (c === '{') return this.object();
    if (c === '[') return this.array();
    if (c === '"') return this.string();
    if (c === 't') { this.expect('true'); return true; }
    if (c === 'f') { this.expect('false'); return false; }
    if (c === 'n') { this.expect('null'); return null; }
    const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
    number.lastIndex = this.at;
    const match = number.exec(this.text);
    if (!match) this.fail('no JSON value');
    this.at = number.lastIndex;
    return new JsonNumber(match[0]);
  }

  string() {
    let end = this.at + 1;
    while (this.text[end] !== '"') {
      if (end >= this.text.length) this.fail('unclosed string');
      end += this.text[end] === '\\' ? 2 : 1;
    }
    const parsed = JSON.parse(this.text.slice(this.at, end + 1));
    this.at = end + 1;
    return parsed;
  }

  array() {
    const items = [];
    this.expect('[');
    this.space();
    if (this.text[this.at] === ']') { this.at++; return items; }
    for (;;) {
      items.push(this.value());
      this.space();
      if (this.text[this.at] === ']') { this.at++; return items; }
      this.expect(',');
    }
  }

  object() {
    const result = {};
    this.expect('{');
    this.space();
    if (this.text[this.at] === '}') { this.at++; return result; }
    for (;;) {
      this.space();
      const key = this.string();
      this.space();
      this.expect(':');
      result[key] = this.value();
      this.space();
      if (this.text[this.at] === '}') { this.at++; return result; }
      this.expect(',');
    }
  }
}

function parse(text) {
  const parser = new Parser(text);
  const value = parser.value();
  parser.space();
  if (parser.at !== text.length) parser.fail('text after the value');
  return value;
}

function stringify(value) {
  if (value instanceof JsonNumber) return value.text;
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value).map(([ key, item ]) => `${JSON.stringify(key)}:${stringify(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

module.exports = { JsonNumber, parse, stringify };
