'use strict';
// The committed JSON Schema, asked by an independent validator: it must accept every configuration in the repository, those in documents
// included, and refuse every one of refused-configurations.yaml. Ends with "N passed, N failed".
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const Ajv = require('ajv/dist/2020');
const yaml = require('yaml');

const top = path.join(__dirname, '..', '..');
const schema = JSON.parse(fs.readFileSync(path.join(top, 'deploy', 'bridgemesh.schema.json'), 'utf8'));
const validate = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true }).compile(schema);
let passed = 0;
let failed = 0;

function check(name, document, wanted) {
  const accepted = validate(document);
  if (accepted === wanted) {
    passed += 1;
    return;
  }

  failed += 1;
  console.log(`FAILED ${name}: ${accepted ? 'accepted' : JSON.stringify(validate.errors)}`);
}

// What has listeners is a configuration; contracts and services files are others' matter.
const isConfiguration = (text) => /^listeners:/m.test(text);
const files = execFileSync('git', ['ls-files', '*.yaml', '*.yml', '*.md'], { cwd: top, encoding: 'utf8' }).trim().split('\n');
let samples = 0;
for (const file of files.filter((f) => !f.endsWith('refused-configurations.yaml'))) {
  const text = fs.readFileSync(path.join(top, file), 'utf8');
  const texts = file.endsWith('.md') ? [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((m) => m[1]) : [text];
  for (const sample of texts.filter(isConfiguration)) {
    check(file, yaml.parse(sample), true);
    samples += 1;
  }
}

const refused = yaml.parseAllDocuments(fs.readFileSync(path.join(__dirname, 'refused-configurations.yaml'), 'utf8'));
refused.forEach((document, i) => check(`refused configuration ${i + 1}: ${document.toString().split('\n')[0]}`, document.toJS(), false));
if (samples < 5 || refused.length < 20) {
  console.log(`FAILED: only ${samples} samples and ${refused.length} refused configurations were found`);
  failed += 1;
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
