import { expect, it } from 'vitest';
import { hostPortText, readHostPort } from './host-port.ts';

it.each([
  ['live.example.com:1935', { host: 'live.example.com', port: 1_935 }],
  ['127.0.0.1:8890', { host: '127.0.0.1', port: 8_890 }],
  ['[2001:db8::1]:1936', { host: '2001:db8::1', port: 1_936 }],
])('reads %s, and writes it', (text, expected) => {
  expect(readHostPort(text)).toEqual(expected);
  expect(hostPortText(expected)).toBe(text);
});

it.each([
  '',
  'live.example.com',
  ':1935',
  'host:port',
  'host:99999',
  'rtmp://host:1935/live',
  'host:1935/live',
  'a b:1',
])('takes %j for none', (text) => {
  expect(readHostPort(text)).toBeUndefined();
});
