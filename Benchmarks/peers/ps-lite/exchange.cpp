// Workers that push, pull and push+pull a whole model with ps-lite, and servers that apply Adam (or add up): what
// `antiphon bench servers` does, for another parameter server. Every role is this program, told apart by DMLC_ROLE.
//
//     exchange MODEL_BYTES VALUE_BYTES STEPS adam|sgd
//
// To be compiled against ps-lite with -O3 -march=native -fno-math-errno: else Adam's square roots are one by one.
// A worker prints a line of JSON for each kind of work: when it began and ended, by the machine's own clock.
#include <time.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

#include "ps/ps.h"

namespace {

const float kRate = 1.0f / 1024, kBeta1 = 0.9f, kBeta2 = 0.999f, kEpsilon = 1e-8f;

struct Settings {
  size_t model, value;
  int steps;
  bool adam;
};

double Seconds() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

// What a server holds of one value.
struct State {
  ps::SArray<float> weights;
  std::vector<float> first, second;
  int updates = 0;

  void Update(const float* gradient, bool adam) {
    const size_t count = weights.size();
    float* w = weights.data();
    updates += 1;
    if (!adam) {
      for (size_t i = 0; i < count; i++) w[i] -= gradient[i];
      return;
    }
    const double bias1 = 1 - std::pow(double(kBeta1), updates), bias2 = 1 - std::pow(double(kBeta2), updates);
    const float rate = kRate * std::sqrt(bias2) / bias1;
    float *m = first.data(), *v = second.data();
    for (size_t i = 0; i < count; i++) {
      const float g = gradient[i];
      m[i] += (g - m[i]) * (1 - kBeta1);
      v[i] += (g * g - v[i]) * (1 - kBeta2);
      w[i] -= rate * m[i] / (std::sqrt(v[i]) + kEpsilon);
    }
  }
};

// Answers with the weights where they are, uncopied: the fastest that ps-lite's interface allows.
class Handle {
 public:
  explicit Handle(const Settings& settings) : settings_(settings) {}

  void operator()(const ps::KVMeta& meta, const ps::KVPairs<float>& request, ps::KVServer<float>* server) {
    CHECK_EQ(request.keys.size(), 1u);
    State& state = states_[request.keys[0]];
    if (meta.push) {
      if (state.weights.empty()) {
        state.weights.resize(request.vals.size(), 0);
        if (settings_.adam) state.first.resize(request.vals.size()), state.second.resize(request.vals.size());
      }
      CHECK_EQ(state.weights.size(), request.vals.size());
      state.Update(request.vals.data(), settings_.adam);
    }
    ps::KVPairs<float> response;
    if (meta.pull) {
      response.keys = request.keys;
      response.vals = state.weights;
    }
    server->Response(meta, response);
  }

 private:
  const Settings settings_;
  std::unordered_map<ps::Key, State> states_;
};

class Worker {
 public:
  explicit Worker(const Settings& settings) : settings_(settings), worker_(0, 0) {
    const auto& ranges = ps::Postoffice::Get()->GetServerKeyRanges();
    const size_t count = (settings.model + settings.value - 1) / settings.value;
    for (size_t index = 0; index < count; index++) {
      const size_t bytes = std::min(settings.value, settings.model - index * settings.value);
      const size_t server = index * ranges.size() / count;  // runs of values, as many for each server
      keys_.push_back(ps::SArray<ps::Key>(1, ranges[server].begin() + index));
      gradients_.push_back(ps::SArray<float>(bytes / sizeof(float), 0));
      weights_.push_back(ps::SArray<float>(bytes / sizeof(float), 0));
      for (size_t i = 0; i < gradients_.back().size(); i++) gradients_.back()[i] = Gradient(i);
    }
  }

  void Run() {
    for (const char* work : {"push", "push+pull", "pull"}) Step(work);
    Check();  // correct before it is timed
    for (const char* work : {"push", "pull", "push+pull"}) {
      Wait();
      const double begin = Seconds();
      for (int step = 0; step < settings_.steps; step++) Step(work);
      std::printf("{\"work\": \"%s\", \"begin\": %.9f, \"end\": %.9f}\n", work, begin, Seconds());
    }
    Check();
    std::fflush(stdout);
  }

 private:
  static float Gradient(size_t index) { return 1 + index % 7; }

  void Step(const std::string& work) {
    std::vector<int> asked;
    for (size_t index = 0; index < keys_.size(); index++) {
      if (work == "push") {
        asked.push_back(worker_.ZPush(keys_[index], gradients_[index]));
      } else if (work == "pull") {
        asked.push_back(worker_.ZPull(keys_[index], &weights_[index]));
      } else {
        asked.push_back(worker_.ZPushPull(keys_[index], gradients_[index], &weights_[index]));
      }
    }
    for (int request : asked) worker_.Wait(request);
    if (work != "pull") pushes_ += ps::NumWorkers();
  }

  // Every gradient is in the weights once: their exact sum, or as many steps of Adam, each as long as the rate.
  void Check() {
    Wait();
    Step("pull");
    for (size_t index = 0; index < weights_.size(); index++) {
      for (size_t i = 0; i < weights_[index].size(); i++) {
        const float expected = settings_.adam ? -kRate * pushes_ : -Gradient(i) * pushes_;
        const float tolerance = settings_.adam ? kRate * std::max(0.01f, pushes_ * 1e-3f) : 0;
        CHECK(std::fabs(weights_[index][i] - expected) <= tolerance)
            << "expected weight " << i << " of value " << index << " to be " << expected << ", it is "
            << weights_[index][i];
      }
    }
    Wait();
  }

  void Wait() { ps::Postoffice::Get()->Barrier(0, ps::kWorkerGroup); }

  const Settings settings_;
  ps::KVWorker<float> worker_;
  std::vector<ps::SArray<ps::Key>> keys_;
  std::vector<ps::SArray<float>> gradients_, weights_;
  int pushes_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    std::fprintf(stderr, "usage: exchange MODEL_BYTES VALUE_BYTES STEPS adam|sgd\n");
    return 64;
  }
  const Settings settings{
      std::stoul(arguments[1]), std::stoul(arguments[2]), std::stoi(arguments[3]), std::string(arguments[4]) == "adam"};
  ps::Start(0);
  if (ps::IsServer()) {
    auto server = new ps::KVServer<float>(0);
    server->set_request_handle(Handle(settings));
    ps::RegisterExitCallback([server]() { delete server; });
  }
  if (ps::IsWorker()) Worker(settings).Run();
  ps::Finalize(0, true);
  return 0;
}
