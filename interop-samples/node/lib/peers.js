'use strict';

// Starts the sample servers as processes of their own and stops exactly those.

const path = require('path');
const { spawn } = require('child_process');
const readline = require('readline');

const serverScripts = [ 'bolt-server.js', 'dubbo-server.js', 'http-server.js', 'apache-service-server.js', 'grpc-server.js', 'triple-server.js' ];
const startTimeoutMs = 30000;

class Peers {
  constructor() { this.processes = []; }

  /** Resolves when every server has said that it is ready. further: [ script, arguments ] of servers beside the usual ones. */
  async startServers(further = []) {
    await Promise.all([ ...serverScripts.map(script => [ script ]), ...further ].map(command => this.start(...command)));
  }

  start(script, args = []) {
    const file = scriptFile('servers', script);
    const child = spawn(process.execPath, [ file, ...args ], { stdio: [ 'ignore', 'pipe', 'inherit' ] });
    this.processes.push(child);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${script} did not start in ${startTimeoutMs} ms`)), startTimeoutMs);
      child.once('exit', code => reject(new Error(`${script} ended with ${code}`)));
      readline.createInterface({ input: child.stdout }).once('line', line => {
        clearTimeout(timer);
        resolve(JSON.parse(line));
      });
    });
  }

  async stop() {
    await Promise.all(this.processes.filter(child => child.exitCode === null).map(child => new Promise(resolve => {
      child.removeAllListeners('exit');
      child.once('exit', resolve);
      child.kill('SIGTERM');
    })));
  }
}

/** Triple's peers live in a folder of their own, for the libraries' sake. */
function scriptFile(kind, script) {
  return path.join(__dirname, '..', '..', script.startsWith('triple-') ? 'node-triple' : 'node', kind, script);
}

module.exports = { Peers, scriptFile };
