/// What waits for one who does one thing after the other, in the order in which it came; counts how much there is of it.
struct Waiting<Element> {
  private var elements: [Element] = []
  private var head = 0
  /// Whether one of them is being done.
  private(set) var isBusy = false
  private var came: [Double] = []

  /// The sum of how many were there, over time: waiting and being done.
  private(set) var presenceSeconds = 0.0
  /// How long those that are done were there, together.
  private(set) var residenceSeconds = 0.0
  private(set) var busySeconds = 0.0
  private(set) var done = 0
  private var now = 0.0

  /// How many are there.
  var count: Int { elements.count - head }

  mutating func advance(to time: Double) {
    presenceSeconds += Double(count) * (time - now)
    if isBusy { busySeconds += time - now }
    now = time
  }

  /// - Returns: What is to be begun now, if it is the turn of one.
  mutating func add(_ element: Element, at time: Double) -> Element? {
    advance(to: time)
    elements.append(element)
    came.append(time)
    guard !isBusy else { return nil }
    isBusy = true
    return element
  }

  /// Ends what was begun.
  ///
  /// - Returns: What was done, and what is to be begun now, if anything waits.
  mutating func finish(at time: Double) -> (done: Element, next: Element?) {
    advance(to: time)
    let element = elements[head]
    residenceSeconds += time - came[head]
    head += 1
    done += 1
    if head > 64, head * 2 > elements.count {
      elements.removeFirst(head)
      came.removeFirst(head)
      head = 0
    }
    isBusy = head < elements.count
    return (element, isBusy ? elements[head] : nil)
  }
}
