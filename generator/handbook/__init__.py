"""The handbook (填报手册) of a survey as a Word document, made from the definitions that workbooks and audits use."""
