"""Changes under the regulation: asked for, signed, carried out."""
