package import Measures

/// An engine could not be asked, or has not what was asked for.
package struct EngineError: ReadableError, Equatable {
    package let code: String
    package let message: String
    package let exitCode: ExitCode

    package init(_ code: String, _ message: String, exitCode: ExitCode = .agentFailed) {
        self.code = code
        self.message = message
        self.exitCode = exitCode
    }

    /// The code of a containerd or CRI-O that is there for others than a kubelet, Docker for example.
    package static let servesNoKubelet = "engine.no-kubelet"

    /// What is meant is not there, or does not run, and may be or do so later.
    package var isAbsence: Bool { ["container.none", "container.not-running", "engine.none"].contains(code) }
}
