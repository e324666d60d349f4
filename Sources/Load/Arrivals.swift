import Measures
import Schedule

/// The due times of a running load, one at a time, in CLOCK_MONOTONIC nanoseconds.
struct Arrivals {
    private var schedule: ArrivalSequence?
    private var list: (() -> Instant?)?
    private var users: ClosedUsers?
    private let zero: Int64

    /// Of the next arrival; nil: there is none, in the closed model until a user comes back.
    private(set) var next: Int64?
    /// Outcomes make arrivals.
    let isClosed: Bool

    init(_ source: ArrivalSource, zero: Int64) {
        self.zero = zero
        switch source {
        case .schedule(let sequence):
            schedule = sequence
            isClosed = false
        case .listed(let begin):
            list = begin()
            isClosed = false
        case .closed(let model):
            users = ClosedUsers(model)
            isClosed = true
        }
        advance()
    }

    /// The next arrival is being dealt with.
    mutating func take() {
        users?.leave()
        advance()
    }

    /// A request has its outcome: its user comes again, this many nanoseconds later at the earliest.
    mutating func returned(at now: Int64, notWithin pause: Int64) {
        guard isClosed else { return }
        users?.comeBack(from: now &- zero, notWithin: pause)
        advance()
    }

    /// Nothing becomes due any more.
    mutating func stop() {
        schedule = nil
        list = nil
        users = nil
        next = nil
    }

    private mutating func advance() {
        let due =
            isClosed ? users?.first : schedule != nil ? schedule?.next()?.nanoseconds : list?()?.nanoseconds
        next = due.map { $0 &+ zero }
    }
}
