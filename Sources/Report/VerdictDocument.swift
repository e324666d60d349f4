import Foundation
import Verdict

/// verdict.json: the verdict with sorted keys.
struct VerdictDocument: Sendable {
    let verdict: Verdict

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // JSON has no infinity; with words for it no value of a verdict can be refused.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinity",
            negativeInfinity: "-infinity",
            nan: "not a number"
        )
        do {
            return String(decoding: try encoder.encode(verdict), as: UTF8.self) + "\n"
        } catch {
            return "{\n  \"error\" : \"the verdict could not be encoded\"\n}\n"
        }
    }
}
