'use strict';

// Programs that the run starts, each by itself with its log, and stops by its own process.

const fs = require('fs');
const net = require('net');
const path = require('path');
const readline = require('readline');
const { spawn } = require('child_process');

const node = path.join(__dirname, '..', '..', 'interop-samples', 'node');
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
const running = new Set();

/** Calls until it gives something; its last failure ends the wait. */
async function until(what, limitMs, attempt) {
  const end = Date.now() + limitMs;
  let last = '';
  while (Date.now() < end) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (error) {
      last = `: ${error.message}`;
    }
    await pause(20);
  }
  throw new Error(`${what} did not happen within ${limitMs} ms${last}`);
}

class Program {
  /** Its output's lines go to onLine, and its errors to a log. */
  constructor(out, name, command, args, { onLine, cwd, env } = {}) {
    this.name = name;
    this.log = fs.openSync(path.join(out, `${name}.log`), 'a');
    this.child = spawn(command, args, { stdio: [ 'pipe', onLine ? 'pipe' : this.log, this.log ], cwd, env: { ...process.env, ...env } });
    this.ended = new Promise(resolve => this.child.once('exit', (code, signal) => resolve({ code, signal })));
    this.child.stdin.on('error', () => { /* it has gone, which its end tells */ });
    if (onLine) readline.createInterface({ input: this.child.stdout }).on('line', onLine);
    running.add(this);
    this.ended.then(() => running.delete(this));
  }

  get isRunning() { return running.has(this); }

  end(signal) {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A server that registers where it is told: answers each line that it is given with one. */
class Provider {
  constructor(out, name, script, args) {
    this.waiting = [];
    this.program = new Program(out, name, process.execPath, [ path.join(node, 'servers', script), ...args ], { onLine: () => this.waiting.shift()() });
    this.ready = this.line();
  }

  line() {
    const answered = new Promise(resolve => this.waiting.push(resolve));
    return Promise.race([ answered, this.program.ended.then(({ code, signal }) => { throw new Error(`${this.program.name} ended: ${code || signal}`); }) ]);
  }

  tell(word) {
    const done = this.line();
    this.program.child.stdin.write(`${word}\n`);
    return done;
  }
}

/** A client that makes the case that it is told, one after the other. */
class Caller {
  constructor(out, name, script, args) {
    this.waiting = [];
    this.program = new Program(out, name, process.execPath, [ path.join(node, 'clients', script), ...args, '--interactive' ], {
      onLine: line => this.waiting.shift()(JSON.parse(line)),
    });
  }

  ask(name) {
    const answered = new Promise(resolve => this.waiting.push(resolve));
    this.program.child.stdin.write(`${name}\n`);
    return Promise.race([ answered, this.program.ended.then(() => ({ case: name, ok: false, why: `${this.program.name} has ended` })) ]);
  }

  /** Asks until it is answered well. */
  async awaitGood(limitMs, name = 'greet') {
    return until(`${this.program.name}: ${name}`, limitMs, async () => {
      const result = await this.ask(name);
      if (!result.ok) throw new Error(result.why);
      return result;
    });
  }

  /** Asks over and over: stop() ends it and gives how many, and the failures with their times. */
  load(name = 'greet') {
    let going = true;
    const failures = [];
    let calls = 0;
    const done = (async () => {
      while (going) {
        const result = await this.ask(name);
        calls++;
        if (!result.ok) {
          failures.push({ at: Date.now(), why: result.why });
          await pause(2); // a refusal comes at once
        }
      }
    })();
    return { stop: async () => { going = false; await done; return { calls, failures }; }, count: () => calls };
  }
}

const answers = (port, word) => new Promise((resolve, reject) => {
  const socket = net.connect(port, '127.0.0.1', () => socket.write(word));
  socket.setTimeout(1000, () => socket.destroy(new Error('silence')));
  let text = '';
  socket.on('data', data => { text += data; });
  socket.on('error', reject);
  socket.on('close', () => resolve(text));
});

/** Debian's ZooKeeper over a folder, which it may be started on again. */
async function startZooKeeper(out, port) {
  const folder = path.join(out, 'zookeeper');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'zoo.cfg'), [
    'tickTime=200', `dataDir=${folder}/data`, `clientPort=${port}`, 'clientPortAddress=127.0.0.1', 'maxClientCnxns=0', 'minSessionTimeout=400',
    'maxSessionTimeout=6000', 'admin.enableServer=false', '4lw.commands.whitelist=*', '' ].join('\n'));
  const program = new Program(out, 'zookeeper', 'java', [
    '-Xmx128m', '-cp', '/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-nop.jar', 'org.apache.zookeeper.server.ZooKeeperServerMain', `${folder}/zoo.cfg` ]);
  await until('ZooKeeper serves', 30000, async () => /Mode: standalone/.test(await answers(port, 'srvr')));
  return program;
}

/** Debian's etcd. */
async function startEtcd(out, port) {
  const peer = `http://127.0.0.1:${port + 1}`;
  const address = `http://127.0.0.1:${port}`;
  const program = new Program(out, 'etcd', '/usr/bin/etcd', [
    `--data-dir=${path.join(out, 'etcd-data')}`, `--listen-client-urls=${address}`, `--advertise-client-urls=${address}`, `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}`, '--heartbeat-interval=50', '--election-timeout=500' ]);
  await until('etcd serves', 30000, async () => (await fetch(`${address}/health`)).ok);
  return program;
}

const stopAll = () => Promise.all([ ...running ].map(program => program.end('SIGKILL')));

module.exports = { Caller, Program, Provider, node, pause, startEtcd, startZooKeeper, stopAll, until };
