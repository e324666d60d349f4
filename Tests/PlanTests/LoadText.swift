@testable import Plan

/// A file without a lab, with one load.
enum LoadText {
    /// - Parameter load: its keys but the rate, "tcp: { … }, check: { … }".
    static func plan(_ load: String, files: [String: String] = [:]) throws(PlanError) -> Plan {
        let yaml = "faultline: 1\nname: alone\nload:\n  main: { \(load), rate: 10/s }\nduration: 1s\n"
        let outside = OutsideFiles { name in files[name].map { Array($0.utf8) } }
        return try Plan(yaml: yaml, fileName: "f.yaml", outside: outside)
    }

    static func messages(_ load: String, files: [String: String] = [:]) -> [String] {
        do throws(PlanError) {
            _ = try plan(load, files: files)
            return []
        } catch {
            return error.diagnostics.map(\.message)
        }
    }
}
