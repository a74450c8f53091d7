#!/usr/bin/env node
'use strict';

// Prints the curl command of one operation of an OpenAPI document, from the document alone.
// usage: openapi-curl.js DOCUMENT.json BASE_URL OPERATION_ID ARGUMENTS_JSON    Arguments by parameter name; `body` is the request body.

const fs = require('node:fs');

const [ file, base, wanted, given ] = process.argv.slice(2);
const document = JSON.parse(fs.readFileSync(file, 'utf8'));
const values = JSON.parse(given);
const quote = text => `'${text.replaceAll("'", "'\\''")}'`;

const found = Object.entries(document.paths).flatMap(([ path, item ]) => Object.entries(item)
  .filter(([ , operation ]) => operation && operation.operationId === wanted).map(([ verb, operation ]) => ({ path, verb, operation })));
if (found.length !== 1) {
  console.error(`${file} has ${found.length} operations ${wanted}`);
  process.exit(1);
}

const [ { path, verb, operation } ] = found;
const query = new URLSearchParams();
let url = path;
const words = [];
for (const written of operation.parameters || []) {
  const parameter = written.$ref ? written.$ref.slice(2).split('/').reduce((at, name) => at[name], document) : written;
  const value = values[parameter.name];
  if (value === undefined) {
    if (parameter.required) throw new Error(`${wanted} needs ${parameter.name}`);
    continue;
  }
  if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(value));
  else if (parameter.in === 'query') query.append(parameter.name, value);
  else if (parameter.in === 'header') words.push('-H', quote(`${parameter.name}: ${value}`));
}
if (operation.requestBody) {
  if (!operation.requestBody.content['application/json']) throw new Error(`${wanted} takes no JSON`);
  words.push('-H', quote('Content-Type: application/json'), '--data', quote(JSON.stringify(values.body)));
}
console.log([ 'curl -sS -X', verb.toUpperCase(), ...words, quote(`${base}${url}${[ ...query ].length ? `?${query}` : ''}`) ].join(' '));
