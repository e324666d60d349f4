/// What one must know to read a run's folder: plan.json.
package struct RunHeader: Sendable, Codable, Equatable {
    package var experiment: String
    /// The experiment file's path when it was run: what is judged again must be read under the same name.
    package var experimentFile: String
    package var summary: String
    package var planDigest: String
    package var seed: UInt64
    /// UTC, RFC 3339, of time zero.
    package var startedAt: String
    /// Time zero on the reference clock, nanoseconds: an instant of the axis is reference − zero. Nil in recordings from
    /// before it was written; they cannot be dated again.
    package var zeroReference: Int64?
    package var durationNanoseconds: Int64
    package var faultlineVersion: String
    package var hosts: [HostFacts]

    package init(
        experiment: String,
        experimentFile: String = "experiment.yaml",
        summary: String,
        planDigest: String,
        seed: UInt64,
        startedAt: String,
        zeroReference: Int64? = nil,
        durationNanoseconds: Int64,
        faultlineVersion: String,
        hosts: [HostFacts]
    ) {
        self.experiment = experiment
        self.experimentFile = experimentFile
        self.summary = summary
        self.planDigest = planDigest
        self.seed = seed
        self.startedAt = startedAt
        self.zeroReference = zeroReference
        self.durationNanoseconds = durationNanoseconds
        self.faultlineVersion = faultlineVersion
        self.hosts = hosts
    }
}

/// What an agent says of its host before the run.
package struct HostFacts: Sendable, Codable, Equatable {
    package var name: String
    package var kernel: String
    package var processors: Int
    /// "netem" or "queue".
    package var delayBackend: String
    /// Why that one: "sch_netem: unknown qdisc kind".
    package var backendReason: String

    package init(name: String, kernel: String, processors: Int, delayBackend: String, backendReason: String) {
        self.name = name
        self.kernel = kernel
        self.processors = processors
        self.delayBackend = delayBackend
        self.backendReason = backendReason
    }
}
