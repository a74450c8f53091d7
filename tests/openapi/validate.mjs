// Asks two public validators about OpenAPI documents. usage: validate.mjs FILE...   Ends with "N passed, N failed".
import { validate } from '@readme/openapi-parser';
import { Validator } from '@seriousme/openapi-schema-validator';

let passed = 0;
let failed = 0;

function check(name, isValid, why) {
  if (isValid) {
    passed += 1;
    return;
  }

  failed += 1;
  console.log(`FAILED ${name}: ${JSON.stringify(why).slice(0, 2000)}`);
}

for (const file of process.argv.slice(2)) {
  const schema = await new Validator().validate(file);
  check(`${file} by @seriousme/openapi-schema-validator`, schema.valid, schema.errors);
  try {
    const rules = await validate(file);
    check(`${file} by @readme/openapi-parser`, rules.valid && rules.warnings.length === 0, rules.errors ?? rules.warnings);
  } catch (error) {
    check(`${file} by @readme/openapi-parser`, false, error.message);
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
