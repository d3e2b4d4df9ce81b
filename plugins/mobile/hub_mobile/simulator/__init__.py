"""China Mobile as a program: written from its public documents, and where there is none from our own convention."""
