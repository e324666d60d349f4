package import LinuxSystem
package import Testing

extension Trait where Self == ConditionTrait {
    /// Skips, saying why, unless the tests run as root.
    package static var requiresRoot: Self { requires(.root) }

    /// Skips, with what is missing and the kernel's words, unless this host can do it.
    package static func requires(_ feature: Feature) -> Self {
        let answer = feature.answer()
        return .enabled(
            if: answer.isYes,
            "needs \(feature.name), that is \(feature.needs). This host: \(answer.reason ?? "has it")"
        )
    }
}
