/// One event of a CloudFormation stack, as `aws cloudformation describe-stack-events` has it.
package struct StackEvent: Hashable, Sendable, Decodable {
    /// The event's unique id.
    package var id: String
    /// The time in seconds since 1970; 0 when it cannot be read.
    package var time: Double
    /// The stack's name.
    package var stackName: String
    /// The stack's ARN.
    package var stackID: String
    /// The resource's name in the template; a stack's own events have its name.
    package var logicalID: String
    /// The resource's id in AWS; empty until there is one.
    package var physicalID: String
    /// Such as `AWS::EC2::Instance`.
    package var type: String
    /// Such as `CREATE_IN_PROGRESS`.
    package var status: String
    /// The reason; empty when AWS gives none.
    package var reason: String

    private enum CodingKeys: String, CodingKey {
        case id = "EventId"
        case time = "Timestamp"
        case stackName = "StackName"
        case stackID = "StackId"
        case logicalID = "LogicalResourceId"
        case physicalID = "PhysicalResourceId"
        case type = "ResourceType"
        case status = "ResourceStatus"
        case reason = "ResourceStatusReason"
    }

    /// Reads an event; missing fields become empty.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String {
            try fields.decodeIfPresent(String.self, forKey: key) ?? ""
        }
        id = try fields.decode(String.self, forKey: .id)
        time = CloudTime.seconds(try text(.time)) ?? 0
        stackName = try text(.stackName)
        stackID = try text(.stackID)
        logicalID = try text(.logicalID)
        physicalID = try text(.physicalID)
        type = try text(.type)
        status = try text(.status)
        reason = try text(.reason)
    }

    /// Makes an event.
    package init(
        id: String, time: Double, stackName: String, stackID: String, logicalID: String,
        physicalID: String = "", type: String, status: String, reason: String = ""
    ) {
        self.id = id
        self.time = time
        self.stackName = stackName
        self.stackID = stackID
        self.logicalID = logicalID
        self.physicalID = physicalID
        self.type = type
        self.status = status
        self.reason = reason
    }

    /// Whether it is about the stack itself and not about one of its resources.
    package var isOfStack: Bool {
        type == "AWS::CloudFormation::Stack" && logicalID == stackName
    }

    /// Whether it reports a failure of its own, and not a cancellation because something else failed.
    package var isFailure: Bool {
        status.hasSuffix("_FAILED") && !isOfStack
            && reason.firstRange(of: "Resource creation cancelled") == nil
            && reason.firstRange(of: "Resource update cancelled") == nil
    }
}
