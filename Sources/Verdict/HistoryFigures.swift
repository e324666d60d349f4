/// One history in figures.
package struct HistoryFigures: Sendable, Codable, Equatable {
    package var history: String
    /// "20 registers, 3 clients on each, 50% reads at redis://cache:6379 from client, 200.0/s"
    package var description: String
    /// False: its recording breaks off.
    package var isWhole: Bool
    package var operations: Int
    package var ok: Int
    /// Certainly without effect.
    package var failed: Int
    package var unknown: Int
    package var registers: RegisterFigures?
    package var elements: ElementFigures?

    package init(
        history: String,
        description: String,
        isWhole: Bool,
        operations: Int,
        ok: Int,
        failed: Int,
        unknown: Int,
        registers: RegisterFigures? = nil,
        elements: ElementFigures? = nil
    ) {
        self.history = history
        self.description = description
        self.isWhole = isWhole
        self.operations = operations
        self.ok = ok
        self.failed = failed
        self.unknown = unknown
        self.registers = registers
        self.elements = elements
    }
}

/// Of numbers that are written and read.
package struct RegisterFigures: Sendable, Codable, Equatable {
    /// "holds", "undecided" or "violated".
    package var linearizable: String
    package var keys: Int
    package var okWrites: Int
    package var okReads: Int
    /// Counter-examples in words, one a key; lines are those of the recording.
    package var violations: [String]
    /// Operations of the first one.
    package var example: [ExampleOperation]

    package init(
        linearizable: String,
        keys: Int,
        okWrites: Int,
        okReads: Int,
        violations: [String],
        example: [ExampleOperation]
    ) {
        self.linearizable = linearizable
        self.keys = keys
        self.okWrites = okWrites
        self.okReads = okReads
        self.violations = violations
        self.example = example
    }
}

/// One operation of a counter-example.
package struct ExampleOperation: Sendable, Codable, Equatable {
    /// Operations on one value belong together: 0 for the first, 1 for the second.
    package var group: Int
    package var key: String
    package var client: Int
    /// "write" or "read".
    package var verb: String
    package var value: Int64?
    /// Since time zero, by the clock of the clients' host.
    package var startSeconds: Double
    /// nil: nobody knows whether it is over.
    package var endSeconds: Double?
    /// In recording/history-NAME.jsonl.
    package var line: Int

    package init(
        group: Int,
        key: String,
        client: Int,
        verb: String,
        value: Int64?,
        startSeconds: Double,
        endSeconds: Double?,
        line: Int
    ) {
        self.group = group
        self.key = key
        self.client = client
        self.verb = verb
        self.value = value
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
        self.line = line
    }
}

/// Of elements that are added and looked for in the end.
package struct ElementFigures: Sendable, Codable, Equatable {
    /// False: nobody could read it in the end, so nothing is known of what is lost.
    package var wasRead: Bool
    package var acknowledged: Int
    package var lost: Int
    package var duplicated: Int
    /// There though their outcome was not known.
    package var recovered: Int
    /// There though never added, or though that had failed.
    package var unexpected: Int
    package var losses: LossFigures?

    package init(
        wasRead: Bool,
        acknowledged: Int,
        lost: Int,
        duplicated: Int,
        recovered: Int,
        unexpected: Int,
        losses: LossFigures?
    ) {
        self.wasRead = wasRead
        self.acknowledged = acknowledged
        self.lost = lost
        self.duplicated = duplicated
        self.recovered = recovered
        self.unexpected = unexpected
        self.losses = losses
    }
}

/// When what is lost had been acknowledged.
package struct LossFigures: Sendable, Codable, Equatable {
    /// Since time zero.
    package var oldestSeconds: Double
    package var newestSeconds: Double
    /// The last fault that began before the newest was acknowledged, else the first one; nil: there was none.
    package var fault: String?
    /// RPO: the age of the newest lost write at that fault's start; negative: it was acknowledged after it.
    package var recoveryPointSeconds: Double?
    /// Some of the lost values.
    package var examples: [Int64]

    package init(
        oldestSeconds: Double,
        newestSeconds: Double,
        fault: String?,
        recoveryPointSeconds: Double?,
        examples: [Int64]
    ) {
        self.oldestSeconds = oldestSeconds
        self.newestSeconds = newestSeconds
        self.fault = fault
        self.recoveryPointSeconds = recoveryPointSeconds
        self.examples = examples
    }
}
