import { Vm } from './src/rewards/custom/vm.ts';
const limits = { steps: 1_000_000, memoryMB: 32 };
const cases = process.argv.slice(2);
for (const code of cases) {
  let t = performance.now();
  const vm = await Vm.open(`function reward(response, row) { if (response !== 'bad') return 1; ${code} }`, limits);
  const open = performance.now() - t;
  if ('error' in vm) { console.log('OPEN', vm); continue; }
  t = performance.now();
  let out; try { out = vm.call('bad', '{}', '{}'); } catch (e) { out = String(e); }
  console.log(code.slice(0, 50), JSON.stringify(out), 'open', open.toFixed(0), 'call', (performance.now() - t).toFixed(0), JSON.stringify(vm.call('x', '{}', '{}')));
}
