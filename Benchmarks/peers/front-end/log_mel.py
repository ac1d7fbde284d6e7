#!/usr/bin/env python3
"""Computes log-mel values with a library, by one thread, and prints a JSON object with the CPU time of each repetition.

All are given VGGish's parameters as far as they have them: a Hann window of 400 samples every 160, 512 points, magnitudes,
64 bands of HTK's scale from 125 to 7500 Hz, ln(x + 0.01)."""
import json
import sys
import time

import numpy

RATE, WINDOW, HOP, POINTS, BANDS, LOWEST, HIGHEST, OFFSET = 16_000, 400, 160, 512, 64, 125, 7500, 0.01


def librosa(samples):
    import librosa

    def compute():
        mel = librosa.feature.melspectrogram(
            y=samples, sr=RATE, n_fft=POINTS, win_length=WINDOW, hop_length=HOP, center=False, power=1.0, n_mels=BANDS,
            fmin=LOWEST, fmax=HIGHEST, htk=True, norm=None)
        return numpy.log(mel + numpy.float32(OFFSET)).shape[::-1]
    return librosa.__version__, compute


def torchaudio(samples):
    import torch
    import torchaudio
    torch.set_num_threads(1)
    mel = torchaudio.transforms.MelSpectrogram(
        RATE, n_fft=POINTS, win_length=WINDOW, hop_length=HOP, center=False, power=1.0, n_mels=BANDS, f_min=LOWEST,
        f_max=HIGHEST, mel_scale="htk", norm=None)
    wave = torch.from_numpy(samples)

    def compute():
        with torch.inference_mode():
            return tuple(torch.log(mel(wave) + OFFSET).shape)[::-1]
    return torchaudio.__version__, compute


def kaldi_native_fbank(samples):
    import kaldi_native_fbank as kaldi
    options = kaldi.FbankOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0
    options.frame_opts.preemph_coeff = 0
    options.frame_opts.remove_dc_offset = False
    options.frame_opts.window_type = "hanning"
    options.mel_opts.num_bins = BANDS
    options.mel_opts.low_freq = LOWEST
    options.mel_opts.high_freq = HIGHEST
    options.use_power = False

    def compute():  # the values stay where they are: to take them one frame at a time is Python's work
        fbank = kaldi.OnlineFbank(options)
        fbank.accept_waveform(RATE, samples)
        fbank.input_finished()
        return fbank.num_frames_ready, BANDS
    return kaldi.__version__, compute


def main():
    library, path, repetitions = sys.argv[1], sys.argv[2], int(sys.argv[3])
    samples = numpy.fromfile(path, numpy.float32)
    version, compute = {"librosa": librosa, "torchaudio": torchaudio, "kaldi-native-fbank": kaldi_native_fbank}[library](
        samples)
    frames, bands = compute()
    least = (len(samples) - POINTS) // HOP + 1
    if frames < least or bands != BANDS:
        sys.exit(f"expected {least} frames or more of {BANDS} bands, but {library} gave {frames} of {bands}")
    seconds = []
    for _ in range(repetitions):
        start = time.process_time()
        compute()
        seconds.append(time.process_time() - start)
    print(json.dumps({"version": version, "seconds": seconds, "sound_seconds": frames * HOP / RATE}))


if __name__ == "__main__":
    main()
