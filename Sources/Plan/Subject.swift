/// What a file is meant to be, for messages about it.
package struct Subject: Sendable, Equatable {
    /// The first part of error codes: "plan".
    package let area: String
    /// "experiment", and with its article.
    package let word: String
    package let noun: String
    /// How such a file begins.
    package let beginning: String

    package init(area: String, word: String, noun: String, beginning: String) {
        self.area = area
        self.word = word
        self.noun = noun
        self.beginning = beginning
    }

    package static let experiment = Subject(
        area: "plan",
        word: "experiment",
        noun: "an experiment",
        beginning: "faultline: 1, name, …"
    )
}
