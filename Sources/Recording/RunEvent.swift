package import Measures

/// What happened in a run besides exchanges: one JSON object a line in recording/events.jsonl.
package struct RunEvent: Sendable, Codable, Equatable {
    /// On the run's axis, with its bound.
    package var at: BoundedInstant
    /// The host that it happened on; "coordinator" for the run itself.
    package var host: String
    /// The host's own stamps that `at` was made of, for dating it again with what its clock learnt later; nil for what
    /// has none.
    package var local: LocalSpan?
    package var body: Body

    package init(at: BoundedInstant, host: String, local: LocalSpan? = nil, body: Body) {
        self.at = at
        self.host = host
        self.local = local
        self.body = body
    }

    package enum Body: Sendable, Codable, Equatable {
        case injection(InjectionEvent)
        case arming(Arming)
        case observation(Observation)
        case clock(ClockReading)
        case path(PathReading)
        case process(ProcessEvent)
        case logMark(LogMark)
        case generator(GeneratorReading)
        /// A load began: its exchanges count from this instant of its host's CLOCK_MONOTONIC, nanoseconds.
        case origin(load: String, local: Int64)
        /// What the host itself adds to a load's figures.
        case floor(InstrumentFloor)
        /// A guard fired, the user stopped the run, an agent was lost: plain words.
        case note(kind: NoteKind, text: String)
    }

    package enum NoteKind: String, Sendable, Codable {
        case started
        case finished
        case guardFired
        case interrupted
        /// Another coordinator goes on with the run.
        case resumed
        /// An operator ended the run on a host, past its coordinator.
        case halted
        /// Every target that lets the run end early was decided.
        case decided
        case agentLost
        /// A clock was not known as well as the experiment asks, and the run ended for it.
        case clockUnknown
        case healFailed
        case leaseExpired
        /// The load generator's own host failed it: no descriptors, no ports.
        case generatorTrouble
        /// The target was there and could not be used: its certificate, its answer to a log-in.
        case targetUnusable
        /// A host's clock was stepped, suspended or contradicted itself: times before and after are not compared closely.
        case clockTrouble
        /// What is known of several hosts' clocks contradicts itself: found when a run is judged.
        case clocksDisagree
        /// A packet capture ended: how many packets, how many the kernel dropped.
        case captured
        /// A log had more marks than are recorded, or could not be read.
        case marksMissing
    }
}

/// A step in the life of one injection on one host.
package struct InjectionEvent: Sendable, Codable, Equatable {
    /// The scheduled fault's id, "slow#1".
    package var fault: String
    package var step: Step
    /// What was done, in the kernel's words: "nft table faultline-slow-1, prerouting, window […]".
    package var detail: String

    package init(fault: String, step: Step, detail: String) {
        self.fault = fault
        self.step = step
        self.detail = detail
    }

    package enum Step: String, Sendable, Codable {
        /// Installed ahead of time.
        case armed
        /// Acts from here: the armed instant, or the stamps around the system call.
        case started
        /// Acts no more.
        case ended
        /// Removed, and the host's state equals the state before.
        case healed
        /// Read back: the kernel holds what was asked.
        case verified
        case failed
    }
}

/// Requested against observed, for one fault on one host.
package struct Observation: Sendable, Codable, Equatable {
    package var fault: String
    /// "added round-trip delay", "packets dropped", "process state".
    package var quantity: String
    /// For people, with units: "100ms ± 10ms", "all packets from lb".
    package var requested: String
    package var observed: String
    package var effect: Effect

    package init(fault: String, quantity: String, requested: String, observed: String, effect: Effect) {
        self.fault = fault
        self.quantity = quantity
        self.requested = requested
        self.observed = observed
        self.effect = effect
    }

    package enum Effect: String, Sendable, Codable {
        /// As asked, within the stated tolerance.
        case asRequested
        /// There is an effect, but another one than asked.
        case differs
        /// Nothing was observed: the run exits 5.
        case none
        /// Could not be measured, and why is in `observed`.
        case notMeasured
    }
}

package struct ProcessEvent: Sendable, Codable, Equatable {
    package var service: String
    package var pid: Int32
    package var change: Change

    package init(service: String, pid: Int32, change: Change) {
        self.service = service
        self.pid = pid
        self.change = change
    }

    package enum Change: String, Sendable, Codable {
        case started
        case ready
        case exited
        case killed
        /// A signal other than KILL was delivered.
        case signalled
        case stopped
        case continued
    }
}

/// The generator's own state, about once a second.
package struct GeneratorReading: Sendable, Codable, Equatable {
    package var load: String
    package var offered: Int
    package var completed: Int
    package var latenessP99Nanoseconds: Int64
    /// Requests sent again; nil: none, and in recordings from before they were counted.
    package var retries: Int?

    package init(
        load: String,
        offered: Int,
        completed: Int,
        latenessP99Nanoseconds: Int64,
        retries: Int? = nil
    ) {
        self.load = load
        self.offered = offered
        self.completed = completed
        self.latenessP99Nanoseconds = latenessP99Nanoseconds
        self.retries = retries
    }
}
