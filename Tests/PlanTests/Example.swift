import Foundation
import Testing

@testable import Plan

/// The experiment files of this repository, which are also what a newcomer copies.
enum Example {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Experiments")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    static func webFailover() throws -> Plan {
        try Plan(yaml: text("web-failover.yaml"), fileName: "web-failover.yaml")
    }
}
