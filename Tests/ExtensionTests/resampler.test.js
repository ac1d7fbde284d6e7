import assert from "node:assert/strict";
import {test} from "node:test";
import {Resampler, sixteenBits} from "../../Extension/ear/resampler.js";

const rates = [8000, 16000, 44100, 48000, 96000];

const tone = (frequency, rate, seconds = 0.5) =>
  Float32Array.from({length: rate * seconds}, (_, index) => 0.5 * Math.sin(2 * Math.PI * frequency * index / rate));

/** In decibels of the tone of amplitude 0.5, without the ends. */
function level(samples) {
  const middle = samples.slice(samples.length >> 2, -(samples.length >> 2));
  const power = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
  return 10 * Math.log10(power / 0.125 + 1e-15);
}

for (const rate of rates) {
  test(`${rate} Hz: a second is 16,000 samples`, () => {
    assert.ok(Math.abs(new Resampler(rate).take(new Float32Array(rate)).length - 16000) <= 1);
  });

  test(`${rate} Hz: how the sound is cut into pieces changes nothing`, () => {
    const sound = tone(700, rate);
    const whole = new Resampler(rate).take(sound);
    const inPieces = new Resampler(rate);
    const pieces = [];
    for (let at = 0, length = 1; at < sound.length; at += length, length = length % 191 + 13) {
      pieces.push(...inPieces.take(sound.slice(at, at + length)));
    }
    assert.deepEqual(Float32Array.from(pieces), whole);
  });

  test(`${rate} Hz: what the service hears passes as it is, late by half the filter`, () => {
    const resampled = new Resampler(rate).take(tone(1000, rate));
    const late = Math.ceil(32 * Math.max(1, rate / 16000)) / rate;
    for (let index = 2000; index < 4000; index++) {
      const wanted = 0.5 * Math.sin(2 * Math.PI * 1000 * (index / 16000 - late));
      assert.ok(Math.abs(resampled[index] - wanted) < 0.02, `sample ${index}: ${resampled[index]} for ${wanted}`);
    }
  });
}

test("nearly all of what 16 kHz can hold passes", () => {
  for (const rate of [44100, 48000]) assert.ok(Math.abs(level(new Resampler(rate).take(tone(7000, rate)))) < 0.2);
});

test("what 16 kHz cannot hold is taken away, and folds into nothing", () => {
  for (const rate of [44100, 48000, 96000]) {
    for (const frequency of [8300, 9000, 12000, 15500, 20000]) {
      const left = level(new Resampler(rate).take(tone(frequency, rate)));
      assert.ok(left < -65, `${frequency} Hz at ${rate}: ${left.toFixed(1)} dB`);
    }
  }
});

test("what is too loud is cut, not wrapped", () => {
  const bits = sixteenBits(Float32Array.of(-2, -1, -0.5, 0, 0.5, 1, 2));
  assert.deepEqual([...bits], [-32768, -32768, -16384, 0, 16384, 32767, 32767]);
});
