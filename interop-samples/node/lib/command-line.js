'use strict';

const { parseArgs } = require('util');

/** Options as { name: default }; a boolean default makes a flag. --help prints the usage text. */
exports.read = (defaults, usage) => {
  const options = { help: { type: 'boolean', default: false } };
  for (const [ name, value ] of Object.entries(defaults)) {
    options[name] = typeof value === 'boolean' ? { type: 'boolean', default: value } : { type: 'string', default: value };
  }
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return values;
};

/** Ends cleanly on the signals that stop a server. */
exports.stopOnSignal = close => {
  for (const signal of [ 'SIGINT', 'SIGTERM' ]) {
    process.once(signal, () => {
      if (close) close();
      process.exit(0);
    });
  }
};
