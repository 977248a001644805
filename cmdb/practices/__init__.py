"""What service management asks of the graph: records, assessments, roll-ups."""
