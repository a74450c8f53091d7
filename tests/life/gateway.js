'use strict';

// The shipped binary as a process, its configuration in a folder of its own.

const { spawn } = require('child_process');
const fs = require('fs');
const http = require('http');
const path = require('path');

const echo = '{ methods: { echo: { parameters: { text: string }, returns: string';

function contracts(extra) {
  return `services:
  life.BoltEcho: ${echo} } } }
  life.DubboEcho: ${echo} } } }
  life.HttpEcho: ${echo}, http: { verb: POST, path: /life/echo, body: text } } } }
${extra ? `  ${extra}: ${echo} } } }\n` : ''}`;
}

function services(ports, weight) {
  return `services:
  - { name: life.BoltEcho, instances: [ { address: "127.0.0.1:${ports.bolt}", protocol: bolt, weight: ${weight} } ] }
  - { name: life.DubboEcho, instances: [ { address: "127.0.0.1:${ports.dubbo}", protocol: dubbo, weight: ${weight} } ] }
  - { name: life.HttpEcho, instances: [ { address: "127.0.0.1:${ports.http}", protocol: http, weight: ${weight} } ] }
`;
}

function pause(ms) {
  return new Promise(resolve => setTimeout(resolve, ms));
}

class Gateway {
  constructor(binary, folder, id, ports) {
    Object.assign(this, { binary, folder, id, ...ports });
    this.calls = { bolt: 0, dubbo: 0, http: 0 };
    fs.mkdirSync(folder, { recursive: true });
  }

  /** Replaces a file whole, as a deployment does. */
  write(name, text) {
    const temporary = path.join(this.folder, `.${name}.new`);
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, path.join(this.folder, name));
  }

  async start() {
    const log = fs.openSync(path.join(this.folder, 'gateway.log'), 'w');
    this.process = spawn(this.binary, [ 'run', '--config', 'bridgemesh.yaml' ], { cwd: this.folder, stdio: [ 'ignore', log, log ] });
    this.exit = new Promise(resolve => this.process.on('exit', (code, signal) => resolve(signal || code)));
    for (let attempt = 0; attempt < 600; attempt++) {
      if (await this.ask('/readyz').then(answer => answer.status === 200, () => false)) return;
      if (this.process.exitCode !== null) break;
      await pause(50);
    }
    throw new Error(`gateway ${this.id} did not start: ${this.log()}`);
  }

  ask(target) {
    return new Promise((resolve, reject) => {
      http.get({ host: '127.0.0.1', port: this.admin, path: target, agent: false }, response => {
        let body = '';
        response.on('data', chunk => body += chunk);
        response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(body) }));
      }).on('error', reject);
    });
  }

  log() {
    return fs.readFileSync(path.join(this.folder, 'gateway.log'), 'utf8');
  }

  signal(name) {
    this.process.kill(name);
  }
}

module.exports = { Gateway, contracts, services, pause };
