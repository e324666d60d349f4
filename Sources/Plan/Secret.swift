/// A password of the file, or the name of an environment variable of the host that sends, which holds it. No text that is
/// made of a plan for people shows it.
package enum Secret: Sendable, Equatable, Codable, CustomStringConvertible, CustomDebugStringConvertible {
    case password(String)
    case variable(String)

    /// What the name of such a variable begins with, so that no file can send other variables of an agent anywhere.
    package static let variablePrefix = "FAULTLINE_"

    package var description: String {
        switch self {
        case .password: "a password"
        case .variable(let name): "the password in \(name)"
        }
    }

    package var debugDescription: String { description }
}
