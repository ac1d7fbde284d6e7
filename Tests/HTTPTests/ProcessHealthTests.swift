import Dispatch
import HTTP
import Testing

@Suite struct `The health of a process` {
  private let start = DispatchTime(uptimeNanoseconds: 5_000_000_000)
  private let health = ProcessHealth()

  @Test func `is good while its main loop turns, and again when that goes on`() {
    health.turned(at: start)
    #expect(health.stuckSeconds(at: start + 59) == nil)
    #expect(health.stuckSeconds(at: start + 75) == 75)
    health.turned(at: start + 80)
    #expect(health.stuckSeconds(at: start + 81) == nil)
  }

  @Test func `is not judged before the first turn, however long a restore takes`() {
    #expect(health.stuckSeconds(at: start + 1_000_000) == nil)
    #expect(!health.isReady(at: start))
  }

  @Test func `is that of one who can be of use from when it says so, and not while it is stuck`() {
    health.turned(at: start)
    #expect(!health.isReady(at: start))
    health.becomeReady()
    #expect(health.isReady(at: start + 1))
    #expect(!health.isReady(at: start + 75))
  }
}
