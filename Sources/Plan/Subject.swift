/// What a file is meant to be, for messages about it.
package struct Subject: Sendable, Equatable {
    /// The first part of error codes: "plan".
    package let area: String
    /// "experiment", and with its article.
    package let word: String
    package let noun: String
    /// How such a file begins.
    package let beginning: String
    /// Bytes. What is written by hand is small; anything larger is the wrong file.
    package let mostBytes: Int

    package init(area: String, word: String, noun: String, beginning: String, mostBytes: Int = 1 << 20) {
        self.area = area
        self.word = word
        self.noun = noun
        self.beginning = beginning
        self.mostBytes = mostBytes
    }

    package static let experiment = Subject(
        area: "plan",
        word: "experiment",
        noun: "an experiment",
        beginning: "faultline: 1, name, …"
    )

    /// What an agent gets (`LoadPlan.fileText`), with all data and a trace in it.
    package static let load = Subject(
        area: "plan",
        word: "load",
        noun: "a load",
        beginning: "faultline: 1, name, …",
        mostBytes: PackedInstants.most + (1 << 20)
    )
}
