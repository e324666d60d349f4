/// What a run is compared by: small, and kept as a baseline where the run itself is not.
package struct RunFigures: Sendable, Codable, Equatable {
    /// Of this form; a reader refuses greater ones.
    package var format: Int
    /// The run's folder, by its name.
    package var run: String
    package var experiment: String
    package var planDigest: String
    package var seed: UInt64
    /// UTC, RFC 3339.
    package var startedAt: String
    /// What was run and on what, in words: what differs between two runs is said.
    package var facts: [Fact]
    package var phases: [Phase]
    package var faults: [Fault]

    package static let format = 1
    /// Of every interval in here.
    package static let confidence = 0.95

    package init(
        run: String,
        experiment: String,
        planDigest: String,
        seed: UInt64,
        startedAt: String,
        facts: [Fact],
        phases: [Phase],
        faults: [Fault]
    ) {
        self.format = Self.format
        self.run = run
        self.experiment = experiment
        self.planDigest = planDigest
        self.seed = seed
        self.startedAt = startedAt
        self.facts = facts
        self.phases = phases
        self.faults = faults
    }

    package struct Fact: Sendable, Codable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All phases of one name, of one load.
    package struct Phase: Sendable, Codable, Equatable {
        package var phase: String
        package var load: String
        package var due: Int
        package var bad: Int
        /// VIF, at least 1.
        package var inflation: Double
        package var quantiles: [Quantile]
    }

    /// Response times that this share of the requests due did not exceed, what was not answered well being infinite.
    package struct Quantile: Sendable, Codable, Equatable {
        /// "p99"
        package var name: String
        /// Nil: infinite.
        package var milliseconds: Double?
        /// 95 %, two-sided; nil: none can be given, and why.
        package var interval: Ends?
        package var why: String?
    }

    package struct Ends: Sendable, Codable, Equatable {
        package var lower: Double
        /// Nil: infinite.
        package var upper: Double?
    }

    /// All occurrences of one fault.
    package struct Fault: Sendable, Codable, Equatable {
        package var fault: String
        package var occurrences: [Occurrence]
    }

    package struct Occurrence: Sendable, Codable, Equatable {
        /// From the fault's start; 0: no impact.
        package var recoverySeconds: Double
        /// The run or the window ended first: the true time is longer.
        package var censored: Bool
        package var outageSeconds: Double
    }
}
