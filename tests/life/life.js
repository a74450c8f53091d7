#!/usr/bin/env node
'use strict';

// Reloads under load and drains with another gateway taking over, through the shipped binary: no call may fail.
// usage: life.js BINARY OUT_DIRECTORY     Ends with "N passed, N failed". LIFE_CALLS (100000) is the number of calls across the reloads.

const { spawn } = require('child_process');
const path = require('path');
const { reloads } = require('./reloads');
const { drains } = require('./drains');

const [ binary, out ] = process.argv.slice(2).map(p => path.resolve(p));
const ports = { bolt: 13151, dubbo: 21851, http: 19151 };
let passed = 0;
let failed = 0;

function check(name, isGood, detail = '') {
  if (isGood) passed++;
  else failed++;
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${name}${detail ? `  ${detail}` : ''}`);
}

/** None of these calls may have failed. */
function checkTally(tally, least = 1) {
  const why = [ ...tally.failures ].map(([ text, count ]) => `\n         ${count} × ${text}`).join('');
  check(`${tally.name}: ${tally.failed} of ${tally.made} calls failed`, tally.failed === 0 && tally.made >= least, why);
}

async function main() {
  const backends = spawn(process.execPath, [ path.join(__dirname, 'backends.js'), ports.bolt, ports.dubbo, ports.http ], { stdio: [ 'ignore', 'pipe', 'inherit' ] });
  const running = [];
  const end = () => {
    backends.kill();
    for (const gateway of running) if (gateway.process && gateway.process.exitCode === null) gateway.process.kill('SIGKILL');
  };
  process.on('exit', end);
  try {
    await new Promise((resolve, reject) => {
      backends.stdout.once('data', resolve);
      backends.once('exit', () => reject(new Error('the backends did not start')));
    });
    const surroundings = { binary, out, ports, running, check, checkTally };
    await reloads(surroundings, Number(process.env.LIFE_CALLS || 100_000));
    await drains(surroundings);
  } catch (error) {
    check(error.stack, false);
  }
  end();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

main();
