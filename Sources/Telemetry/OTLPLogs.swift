/// What happened in a run as the body of a POST to /v1/logs: an ExportLogsServiceRequest in JSON.
package struct OTLPLogs: Sendable {
    package struct Record: Sendable, Equatable {
        /// Nanoseconds since 1970.
        let at: Int64
        let text: String
        let isWarning: Bool
        let attributes: [MetricLabel]

        package init(at: Int64, text: String, isWarning: Bool, attributes: [MetricLabel]) {
            self.at = at
            self.text = text.bounded(toBytes: 4096)
            self.isWarning = isWarning
            self.attributes = attributes
        }
    }

    private let records: [Record]
    private let resource: OTLPResource

    package init(_ records: [Record], of resource: OTLPResource) {
        self.records = records
        self.resource = resource
    }

    package var tree: JSONTree {
        let logs = records.map { record -> JSONTree in
            .object([
                "timeUnixNano": OTLP.time(record.at),
                // SeverityNumber: 9 is INFO, 13 WARN.
                "severityNumber": .whole(record.isWarning ? 13 : 9),
                "severityText": .text(record.isWarning ? "WARN" : "INFO"),
                "body": .object(["stringValue": .text(record.text)]),
                "attributes": .list(record.attributes.map { OTLP.attribute($0.name, $0.value) }),
            ])
        }
        let scoped: JSONTree = .object(["scope": resource.scope, "logRecords": .list(logs)])
        return .object([
            "resourceLogs": .list([.object(["resource": resource.tree, "scopeLogs": .list([scoped])])])
        ])
    }
}
