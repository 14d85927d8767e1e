"""The rules of monitoring results, duties and abnormal registrations (D, A, O2)."""
